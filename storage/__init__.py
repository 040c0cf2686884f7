"""What is remembered, and the transactions around it."""
