"""Moving pictures: making, checking and decoding MP4. Imports nothing of ours."""
