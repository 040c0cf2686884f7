"""Bots for the same dialogue as a good practitioner usually writes them: the peers of the benchmarks.

Each answers one message at a time, keeps the report that waits for 「確認」 in its database (or where its
framework keeps conversations), commits with `synchronous=FULL`, and says how the person stands.

They run in an environment of their own (requirements.txt) and share the tables and the words of `agency`.
"""
