"""`talentbot demo`: a seeded agency between two loopback platforms, and a page with two phones."""

from bot.demo.serving import serve

__all__ = ["serve"]
