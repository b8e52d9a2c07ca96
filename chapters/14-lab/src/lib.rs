//! break it and measure it
