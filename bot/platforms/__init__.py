"""LINE and Telegram: reading what came in, drawing what is said, speaking HTTP. One small file for each."""
