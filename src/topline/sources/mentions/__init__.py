"""What a text names: drugs, organisations, people, trials, diseases, endpoints, adverse events, dates, money."""
