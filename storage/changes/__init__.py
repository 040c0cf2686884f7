"""What each change does to the rows; `storage.apply` is the only caller."""
