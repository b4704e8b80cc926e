"""Everything that is sent to a customer: the outbox, the policy that allows it, the channels, the suppression list."""
