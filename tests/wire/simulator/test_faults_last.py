"""A bad day lasts until it is over."""

from bot.simulator.faults import ANY, Fault, Faults


def test_a_lasting_fault_ends_when_it_is_cleared() -> None:
    """It answers every call that has no fault of its own waiting."""
    faults = Faults()
    faults.lasting(ANY, Fault.error(502))
    faults.next("push", Fault.quota())
    assert [faults.take("push"), faults.take("push")] == [Fault.quota(), Fault.error(502)]
    assert faults.take("reply") == Fault.error(502)
    faults.clear()
    assert faults.take("push") is None
