"""What enters a network: tables and arms, measures, corrections, and the network that they make."""
