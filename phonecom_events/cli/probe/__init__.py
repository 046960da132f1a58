"""The command ``phonecom-events probe``: do receivers answer?"""
