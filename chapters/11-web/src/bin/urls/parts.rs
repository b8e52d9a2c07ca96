//! The parts of a URL: where each ends, and what each means.

use anyhow::anyhow;

use crate::parse;

// ANCHOR: apart
pub fn apart(text: &str) -> anyhow::Result<()> {
    let url = parse(text)?;
    println!("{url}");
    println!("  scheme    {}", url.scheme());
    if !url.username().is_empty() {
        println!("  user      {}", url.username());
    }
    if let Some(password) = url.password() {
        println!("  password  {password}");
    }
    if let Some(host) = url.host_str() {
        println!("  host      {host}");
    }
    match (url.port(), url.port_or_known_default()) {
        (Some(port), _) => println!("  port      {port}"),
        (None, Some(port)) => println!("  port      {port}, as the scheme has it"),
        (None, None) => {}
    }
    println!("  path      {}", url.path());
    for segment in url.path_segments().into_iter().flatten() {
        println!("    segment {segment}");
    }
    if let Some(query) = url.query() {
        println!("  query     {query}");
    }
    for (name, value) in url.query_pairs() {
        println!("    field   {name:?} is {value:?}");
    }
    if let Some(fragment) = url.fragment() {
        println!("  fragment  {fragment}");
    }
    Ok(())
}
// ANCHOR_END: apart

// ANCHOR: together
pub fn together(
    base: &str,
    path: &[String],
    query: &[String],
    fragment: Option<&str>,
) -> anyhow::Result<()> {
    let mut url = parse(base)?;
    url.path_segments_mut()
        .map_err(|()| anyhow!("{base}: a URL of this scheme has no path of segments"))?
        .pop_if_empty()
        .extend(path);
    for field in query {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        url.query_pairs_mut().append_pair(name, value);
    }
    url.set_fragment(fragment);
    println!("{url}");
    Ok(())
}
// ANCHOR_END: together
pub fn escape(text: &str) -> anyhow::Result<()> {
    let mut url = parse("http://host")?;
    url.path_segments_mut()
        .map_err(|()| anyhow!("no path"))?
        .push(text);
    url.query_pairs_mut().append_pair("field", text);
    let field = url.query().unwrap_or_default().to_owned();
    url.set_fragment(Some(text));
    let fragment = url.fragment().unwrap_or_default();
    println!("segment   {}", url.path().trim_start_matches('/'));
    println!("field     {}", field.trim_start_matches("field="));
    println!("fragment  {fragment}");
    Ok(())
}
