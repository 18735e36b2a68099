"""What knows nothing of the shop: settings, database, queues, errors, time, money."""
