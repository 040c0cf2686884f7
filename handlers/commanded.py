"""What each command does: one line a command."""

from dataclasses import replace

from guideline.records import Snapshot
from handlers import (
    activation,
    answering,
    asking,
    certificate_withdrawal,
    certificates,
    contest,
    digest_download,
    hours,
    my_data,
    next_step,
    office,
    office_certificates,
    office_reminders,
    preferences,
    progress,
    questionnaire,
    questions,
    records,
    reminded,
    role,
    role_history,
    tasks,
    underway,
    undo,
    welcome,
)
from handlers.commands import Command, Name
from handlers.desk import Desk
from handlers.event import Event
from handlers.outcome import Outcome


def commanded(command: Command, event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:  # noqa: C901, PLR0911, PLR0912
    """The answer to a command of a known person, typed or pressed: a table in the shape of a match."""
    match command.name:
        case Name.START | Name.HELP | Name.AGREE:
            return underway.helped(event, snapshot, desk)
        case Name.ACTIVATE:
            return activation.begin(event, snapshot, desk, None)
        case Name.DECLINE:
            return welcome.decline(snapshot, desk)
        case Name.NOTICE:
            return Outcome((welcome.notice(desk.agency, deciding=False),))
        case Name.QUESTIONNAIRE:
            return _questionnaire(event, snapshot, desk)
        case Name.MY_ROLE:
            return Outcome((role.mine(snapshot, desk),))
        case Name.CONTEST:
            return contest.begin(event, snapshot, desk)
        case Name.NEXT:
            return next_step.present(event, snapshot, desk)
        case Name.HOURS:
            return hours.begin(event, snapshot, desk, command.rest)
        case Name.UNDO:
            return undo.newest(event, snapshot, desk)
        case Name.PROGRESS:
            return progress.present(event, snapshot, desk)
        case Name.RECORDS:
            return records.present(event, snapshot, desk, command.rest)
        case Name.CORRECT:
            return records.correct(event, snapshot, desk, command.rest)
        case Name.WITHDRAW:
            return records.withdraw(event, snapshot, desk, command.rest)
        case Name.ROLE_HISTORY:
            return role_history.present(event, snapshot, desk)
        case Name.FORM_51 if office_certificates.may(snapshot):
            return office_certificates.waiting(event, snapshot, desk, command.rest)
        case Name.OPENING if office_certificates.may(snapshot):
            return office_certificates.opening(event, snapshot, desk, command.rest)
        case Name.CERTIFICATES | Name.FORM_51 | Name.OPENING:
            return certificates.present(event, snapshot, desk)
        case Name.TAKE_BACK:
            return certificate_withdrawal.take_back(event, snapshot, desk, command.rest)
        case Name.HELD:
            return certificates.begin(event, snapshot, desk)
        case Name.REMINDERS:
            return preferences.present(event, snapshot, desk)
        case Name.STOP:
            return preferences.stop(event, snapshot, desk)
        case Name.RESTART:
            return preferences.restart(event, snapshot, desk)
        case Name.SNOOZE:
            return preferences.snooze(event, snapshot, desk)
        case Name.SNOOZE_MONTH:
            return preferences.snooze_month(event, snapshot, desk)
        case Name.DONE:
            return reminded.done(event, snapshot, desk)
        case Name.CANNOT:
            return reminded.cannot(event, snapshot, desk)
        case Name.CHANNEL:
            return preferences.channel(event, snapshot, desk, command.rest)
        case Name.BRIEF | Name.FULL:
            return preferences.detail(event, snapshot, desk, low=command.name is Name.BRIEF)
        case Name.MY_DATA:
            return my_data.present(event, snapshot, desk)
        case Name.COPY:
            return my_data.copy(event, snapshot, desk)
        case Name.UNBIND:
            return my_data.unbind(event, snapshot, desk)
        case Name.ERASE:
            return my_data.erase(event, snapshot, desk)
        case Name.QUESTIONS:
            return questions.present(event, snapshot, desk)
        case Name.OFFICE if snapshot.person is not None and snapshot.person.of_hr:
            return office.present(event, snapshot, desk)
        case Name.WAITING:
            return answering.waiting(event, snapshot, desk, command.rest)
        case Name.PAUSE:
            return office.switch(event, snapshot, desk, accepting=False)
        case Name.REOPEN:
            return office.switch(event, snapshot, desk, accepting=True)
        case (
            Name.REMINDING
            | Name.FORESEE
            | Name.REMIND_LIST
            | Name.HOLD
            | Name.GO_ON
            | Name.STOP_WAVE
            | Name.RELEASE
            | Name.RELEASE_NOW
            | Name.SHADOW
            | Name.CLOSE_DAY
            | Name.OPEN_DAY
        ):
            return office_reminders.commanded(command, event, snapshot, desk)
        case Name.DIGEST:
            return digest_download.ask(event, snapshot, desk)
        case Name.ASK_HR | Name.OFFICE:
            return asking.begin(event, snapshot, desk, command.rest)
        case Name.MY_QUESTIONS:
            return asking.mine(event, snapshot, desk)
        case Name.RESUME:
            return underway.resumed(event, snapshot, desk, "")
        case Name.CANCEL:
            return underway.cancelled(event, snapshot, desk)


def _questionnaire(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Goes on with a questionnaire that was set aside, or starts one."""
    raised = tasks.raised(snapshot.conversation, questionnaire.TASK)
    outcome = questionnaire.begin(
        event, replace(snapshot, conversation=raised or snapshot.conversation), desk
    )
    return outcome if raised is None or raised == snapshot.conversation else underway.again(outcome, raised)
