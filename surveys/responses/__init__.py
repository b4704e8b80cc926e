"""What was answered. Read `submit` first: it is the story of one answer."""
