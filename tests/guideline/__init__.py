"""The rules of the guideline: tables and properties."""
