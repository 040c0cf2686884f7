"""LINE and Telegram on the loopback (design §8): servers that speak their HTTP APIs and check every call.

Tests drive the real program through them; `talentbot demo` puts a page in front of them.
"""
