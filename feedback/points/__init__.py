"""The points ledger: append-only entries on lots that become active, are spent first in first out, and expire."""
