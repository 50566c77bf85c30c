"""What proxies, resolvers, firewalls and sensors wrote down: who called whom."""
