"""Handing out activation codes: the links behind them, a .csv for mail merge, and cards to print."""

from bot.codes.cards import render_cards
from bot.codes.links import Bots, CodeRow, line_link, telegram_link
from bot.codes.sheet import HEADINGS, render_csv

__all__ = ["HEADINGS", "Bots", "CodeRow", "line_link", "render_cards", "render_csv", "telegram_link"]
