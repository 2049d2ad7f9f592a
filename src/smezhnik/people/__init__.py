"""Who works here: users with one role each, how they sign in, their sessions, the security log."""
