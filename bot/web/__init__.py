"""What this server answers over HTTP."""
