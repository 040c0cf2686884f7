"""What the bot sends: delivery of every message, and what it says unasked."""
