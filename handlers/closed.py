"""What is said where HR has closed a year: its entries change no more (hr-year 7)."""

from guideline.words import roc_year
from handlers.commands import Name
from handlers.message import Choices
from handlers.outcome import Outcome
from handlers.wording import do, pc


def sentence(year: int) -> str:
    """`year` is the calendar year."""
    return f"{roc_year(year)} 年的時數已由人事結算，如需補正請輸入「問人事」。"


def refused(year: int) -> Outcome:
    """Nothing was changed, and who can still help."""
    said = Choices(
        prompt=sentence(year),
        options=(do("問人事", Name.ASK_HR), do("看紀錄", Name.RECORDS), do("看進度", Name.PROGRESS)),
        typed=pc("問人事", "紀錄", "進度"),
    )
    return Outcome((said,))
