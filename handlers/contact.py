"""問人事 and 我的資料: whom to ask, and what rights one has over one's data."""

from guideline.records import Snapshot
from handlers.commands import Name
from handlers.desk import Desk
from handlers.message import Card, Field, Line, Text
from handlers.wording import do, masked_number, pc


def ask_hr(desk: Desk) -> Text:
    """How to reach the office. Nothing is forwarded, and the reply says so."""
    return Text(
        f"資料有誤、類別或時數的問題，請洽{desk.agency.hr_reached}。\n"
        "不必說明私人原因；請說明是哪一門課、哪一天，承辦會協助確認。\n"
        "（這裡的訊息不會轉給承辦。）"
    )


def my_data(snapshot: Snapshot, desk: Desk) -> Card:
    """What is kept of a bound person, and how to use the rights of 個資法第 3 條."""
    person = snapshot.person
    rows = [] if person is None else [Field("姓名", person.name), Field("單位", person.unit)]
    if person is not None and person.title:
        rows.append(Field("職稱", person.title))
    if person is not None:
        rows.append(Field("員工編號", masked_number(person.employee_no)))
    return Card(
        title="我的資料",
        rows=(
            *rows,
            Line("您可查詢、閱覽、索取複本、補充或更正、請求停止使用或刪除。"),
            Line(f"請洽{desk.agency.hr_reached}辦理；依法須保存的紀錄，我們會說明理由。"),
        ),
        buttons=(do("看告知事項", Name.NOTICE), do("看進度", Name.PROGRESS)),
        typed=pc("告知事項", "進度"),
    )
