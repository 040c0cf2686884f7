"""Tables for Excel and for LibreOffice, written alike from the same data."""
