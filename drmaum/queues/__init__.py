"""The broker of Celery where it is Amazon SQS: its client, its transport, its rules, its dead."""
