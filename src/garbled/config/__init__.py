"""``garbled.toml``: how a desk wants its copy scored, remembered and served."""

from garbled.config.files import find_config, load_config
from garbled.config.settings import Config, ServeConfig, StoreConfig

__all__ = ["Config", "ServeConfig", "StoreConfig", "find_config", "load_config"]
