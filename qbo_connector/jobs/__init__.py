"""RQ rings doorbells; the work itself is claimed from SQL. Lose all of Redis, and nothing is lost but seconds."""
