"""What is done to tables between batches."""
