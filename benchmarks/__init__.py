"""What README and docs quote, each figure with its peer in the same run (`make bench`)."""
