"""What Amazon's services are asked for. Nothing here is imported unless a setting names one of them."""
