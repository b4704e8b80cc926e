"""Who is asked: planning from triggers, links, sending, reminders."""
