"""請補件: HR cannot check a certificate yet, and asks its holder for the paper.

It still waits for WebHR 表51, behind all others, so that it holds nobody up.
"""

from typing import Final

from guideline.changes import CertificateReturned
from guideline.records import CertificateEntry, Conversation, Person, Snapshot
from handlers.certificate_card import quoted, withdrawal
from handlers.commands import Name
from handlers.desk import Desk
from handlers.message import Button, Choices
from handlers.outcome import Notice, Outcome
from handlers.payload import Press
from handlers.tasks import leave
from handlers.wording import do, news, pc

TASK: Final = "form51"  # of `office_certificates`, whose step `return` this is
WORDS: Final = ("請補件", "補件", "退回", "無法核對", "無法核對請補件")


def question(running: Conversation, who: Person, entry: CertificateEntry) -> Choices:
    return Choices(
        prompt=f"要請{who.unit} {who.name}補{quoted(entry)}的證書影本嗎？",
        options=(Button("是，請補件", Press(TASK, "returned", running.nonce), style="primary"),),
        extras=(do("取消", Name.CANCEL, "quiet"),),
        hint="會通知本人備妥證書影本，或撤回重報；這張先排到清單最後，收到影本後仍可標記已登錄。",
        typed=pc("是", "取消"),
    )


def given_back(
    running: Conversation, who: Person, entry: CertificateEntry, snapshot: Snapshot, desk: Desk
) -> Outcome:
    """The change, and the notice that says to its holder what to do."""
    own = snapshot.person is not None and who.id == snapshot.person.id
    done = f"已請{who.name}補「{entry.name}」的證書影本"
    said = Choices(
        prompt=f"{done}{'' if own else '，會在上班時間通知本人'}。",
        hint="這張排到清單最後，收到影本後仍可標記已登錄。",
        options=(do("看待登錄清單", Name.FORM_51), do("人事待辦", Name.OFFICE)),
        typed=pc("表51", "人事"),
    )
    told = f"您回報的「{entry.name}」人事還無法核對，請備妥證書影本洽{desk.agency.hr_reached}，或撤回重報。"
    options = (do("看證照", Name.CERTIFICATES), Button("撤回這張", withdrawal(entry), style="quiet"))
    notice = Notice(
        to=who.id,
        messages=(Choices(prompt=told, options=options, typed=pc("證照", "撤回證照")),),
        receipt=told.rstrip("。"),
        brief=(news("您的證照", "看證照", Name.CERTIFICATES, "證照"),),
    )
    return Outcome(
        (said,),
        (CertificateReturned(entry.id, who.id), *leave(running)),
        receipt=done,
        notices=() if own else (notice,),
    )
