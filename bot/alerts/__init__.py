"""The operators hear of troubles by mail: once when one begins, once a day while it lasts, once when it
ends."""
