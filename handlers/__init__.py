"""What a person can do in a chat, one file per task: pure functions `(Event, Snapshot) -> Outcome`."""
