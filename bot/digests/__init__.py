"""The week's digest as files: the spreadsheets that an officer downloads."""
