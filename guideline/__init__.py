"""The guideline as data, and the rules that read it. Standard library only; no I/O but its own files."""
