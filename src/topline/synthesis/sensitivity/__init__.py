"""What an answer hangs on: studies left out, added or moved."""
