"""Reading a roster: bytes of a .csv in, rows or errors by row out. Pure: nothing here touches a database."""

from bot.roster.decoding import RosterError
from bot.roster.reading import Roster, read_roster
from bot.roster.rows import Problem, RosterRow

__all__ = ["Problem", "Roster", "RosterError", "RosterRow", "read_roster"]
