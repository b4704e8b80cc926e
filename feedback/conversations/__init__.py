"""Chats of customers with staff and bots, and what the analysis found in them."""
