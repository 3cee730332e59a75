"""What people look at; reads the SQL views and nothing else."""
