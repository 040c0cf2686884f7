"""The menus below the chats: LINE's rich menus as data and pictures, and how they are set up."""
