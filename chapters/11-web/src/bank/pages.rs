//! The bank's pages: who asks, what for, and whether that may be.

use anyhow::anyhow;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequestParts, RawQuery, State};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY, SET_COOKIE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, middleware};
use serde_json::json;
use url::Url;

use super::store::{PAGE, Refusal};
use super::{Bank, cookies, money, now, passwords};
use crate::csrf_token::{self, Effect, guard};
use crate::form_decode::{Form, Limits};
use crate::mac::hex;
use crate::server::{BODY, file, is_from_here, with_fields};
use crate::signed_cookie;

/// A form of ours has a handful of fields.
const FORM: Limits = Limits {
    octets: BODY,
    pairs: 16,
};

// ANCHOR: router
/// Everything that the bank answers.
pub fn router(bank: Bank) -> Router {
    let mut fields = vec![
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    if !bank.insecure {
        let policy = "default-src 'none'; style-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";
        fields.push((CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)));
        fields.push((REFERRER_POLICY, HeaderValue::from_static("same-origin")));
    }
    Router::new()
        .route("/", get(account))
        .route("/payments", get(list))
        .route("/login", get(login_form).post(login))
        .route("/logout", get(only_post).post(logout))
        .route("/pay", get(only_post).post(pay))
        .route(
            "/style.css",
            get(|| file("text/css", include_str!("../../assets/style.css"))),
        )
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn(move |request, next| {
            with_fields(fields.clone(), request, next)
        }))
        .with_state(bank)
}
// ANCHOR_END: router

/// Why there is no page.
enum Failure {
    /// Nobody is logged in; and what was asked for.
    Stranger(String),
    /// The client did something wrong.
    Wrong(StatusCode, String),
    /// We did, or the system. Strangers are not told what: the bank's own log is.
    Broken(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Failure {
        Failure::Broken(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Failure::Stranger(next) => {
                let mut login = form_urlencoded(&[("next", &next)]);
                login.insert_str(0, "/login?");
                see(&login)
            }
            Failure::Wrong(status, what) => (status, what + "\n").into_response(),
            Failure::Broken(error) => {
                program::log(format_args!("broken: {}", program::one_line(&error)));
                (StatusCode::INTERNAL_SERVER_ERROR, "This did not work.\n").into_response()
            }
        }
    }
}

fn form_urlencoded(fields: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(fields).finish()
}

/// Sends a browser elsewhere, to be asked for with GET (RFC 9110, section 15.4.4). What
/// can't stand in a field is not sent: no CR and no LF ends it.
fn see(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(_) => (StatusCode::BAD_REQUEST, "This leads nowhere.\n").into_response(),
    }
}

fn page(template: impl Template) -> Result<Response, Failure> {
    let page = template
        .render()
        .map_err(|error| anyhow!("render: {error}"))?;
    Ok(Html(page).into_response())
}

// ANCHOR: visitor
/// Who is logged in.
struct Visitor {
    /// The session's number; without precautions the name, which everybody knows.
    session: String,
    name: String,
}

impl FromRequestParts<Bank> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, bank: &Bank) -> Result<Visitor, Failure> {
        let asked = parts.uri.path_and_query();
        let stranger = || Failure::Stranger(asked.map_or("/".to_owned(), ToString::to_string));
        if bank.insecure {
            let name = cookies::find(&parts.headers, cookies::BARE).ok_or_else(stranger)?;
            let (session, name) = (name.to_owned(), name.to_owned());
            return Ok(Visitor { session, name });
        }
        let cookie = cookies::find(&parts.headers, cookies::SESSION).ok_or_else(stranger)?;
        let session = signed_cookie::open(&*bank.key, cookies::SESSION, cookie, now());
        let session = session.map_err(|_| stranger())?.to_owned();
        let id = session.clone();
        let name = bank
            .with(move |store| store.whose(&id, i64::try_from(now())?))
            .await?;
        let name = name.ok_or_else(stranger)?;
        Ok(Visitor { session, name })
    }
}
// ANCHOR_END: visitor

fn form(body: &[u8]) -> Result<Form, Failure> {
    Form::decode(body, FORM)
        .map_err(|error| Failure::Wrong(StatusCode::BAD_REQUEST, error.to_string()))
}

fn field(form: &Form, name: &str, most: usize) -> Result<String, Failure> {
    let value = form.get(name).unwrap_or_default();
    match value.chars().count() <= most {
        true => Ok(value.to_owned()),
        false => {
            let what = format!("{name}: more than {most} characters");
            Err(Failure::Wrong(StatusCode::BAD_REQUEST, what))
        }
    }
}

// ANCHOR: guard
impl Bank {
    /// Whether a form that changes something was one of ours.
    fn guard(&self, visitor: &Visitor, method: &Method, form: &Form) -> Result<(), Failure> {
        if self.insecure {
            return Ok(());
        }
        let request = csrf_token::Request {
            method: method.as_str(),
            session: Some(&visitor.session),
            token: form.get("token"),
        };
        guard(&*self.key, Effect::Changes, request)
            .map_err(|refusal| Failure::Wrong(StatusCode::FORBIDDEN, refusal.to_string()))
    }
}
// ANCHOR_END: guard

#[derive(Template)]
#[template(path = "account.html")]
struct Account {
    name: String,
    balance: String,
    payments: Vec<super::store::Payment>,
    /// The query for older payments.
    older: Option<String>,
    q: String,
    payee: String,
    amount: String,
    memo: String,
    token: String,
    note: Option<String>,
    wrong: Option<String>,
    insecure: bool,
}

async fn account(
    visitor: Visitor,
    State(bank): State<Bank>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = form(query.unwrap_or_default().as_bytes())?;
    show(bank, visitor, &query, None).await
}

async fn show(
    bank: Bank,
    visitor: Visitor,
    query: &Form,
    wrong: Option<String>,
) -> Result<Response, Failure> {
    // What was refused is there to be corrected.
    let typed = |name| query.get(name).filter(|_| wrong.is_some());
    let typed = |name| typed(name).unwrap_or_default().to_owned();
    let q = field(query, "q", 1000)?;
    let number = |name| query.get(name).and_then(|id| id.parse().ok());
    let (before, paid): (Option<i64>, Option<i64>) = (number("before"), number("paid"));
    let (name, text, insecure) = (visitor.name.clone(), q.clone(), bank.insecure);
    let found = bank.with(move |store| {
        let payments = match insecure {
            true => store.search_insecurely(&name, &text)?,
            false => store.search(&name, &text, before.unwrap_or(i64::MAX))?,
        };
        Ok((store.balance(&name)?, payments))
    });
    let (balance, payments) = found.await?;
    let Some(balance) = balance else {
        return Err(Failure::Stranger("/".to_owned()));
    };
    // Only what is true is said, whatever the query says.
    let paid = payments.iter().find(|payment| Some(payment.id) == paid);
    let note = paid.filter(|payment| payment.payer == visitor.name);
    let last = payments.last().filter(|_| payments.len() == PAGE);
    page(Account {
        note: note.map(|payment| format!("You paid {} to {}.", payment.amount(), payment.payee)),
        older: last
            .map(|payment| form_urlencoded(&[("before", &payment.id.to_string()), ("q", &q)])),
        payee: typed("payee"),
        amount: typed("amount"),
        memo: typed("memo"),
        balance: money::show(balance),
        token: csrf_token::token(&*bank.key, &visitor.session),
        name: visitor.name,
        payments,
        q,
        wrong,
        insecure,
    })
}

// ANCHOR: json
async fn list(
    visitor: Visitor,
    State(bank): State<Bank>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = form(query.unwrap_or_default().as_bytes())?;
    let before = query.get("before").and_then(|id| id.parse().ok());
    let name = visitor.name;
    let found = bank.with(move |store| store.search(&name, "", before.unwrap_or(i64::MAX)));
    let payments = found.await?;
    let mut links = json!({ "account": { "href": "/" }, "newest": { "href": "/payments" } });
    if let Some(last) = payments.last().filter(|_| payments.len() == PAGE) {
        links["older"] = json!({ "href": format!("/payments?before={}", last.id) });
    }
    Ok(Json(json!({ "payments": payments, "links": links })).into_response())
}
// ANCHOR_END: json

#[derive(Template)]
#[template(path = "login.html")]
struct Login {
    next: String,
    wrong: bool,
}

async fn login_form(RawQuery(query): RawQuery) -> Result<Response, Failure> {
    let query = form(query.unwrap_or_default().as_bytes())?;
    let next = field(&query, "next", 1000)?;
    page(Login { next, wrong: false })
}
async fn login(
    State(bank): State<Bank>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let form = form(&body)?;
    // There is no session yet that a token could be bound to.
    if !bank.insecure && !is_from_here(&headers) {
        let what = "not a form of ours".to_owned();
        return Err(Failure::Wrong(StatusCode::FORBIDDEN, what));
    }
    let (name, password) = (field(&form, "name", 100)?, field(&form, "password", 1000)?);
    let next = field(&form, "next", 1000)?;
    let who = name.clone();
    let kept = bank.with(move |store| store.password(&who)).await?;
    if !passwords::verify(password, kept).await? {
        let again = page(Login { next, wrong: true })?;
        return Ok((StatusCode::FORBIDDEN, again).into_response());
    }
    if bank.insecure {
        let mut answer = see(if next.is_empty() { "/" } else { &next });
        let cookie = HeaderValue::from_str(&format!("{}={name}", cookies::BARE));
        answer
            .headers_mut()
            .extend(cookie.ok().map(|cookie| (SET_COOKIE, cookie)));
        return Ok(answer);
    }
    let mut answer = see(&local(&next));
    let cookie = begin(&bank, name).await?;
    answer.headers_mut().insert(SET_COOKIE, cookie);
    Ok(answer)
}

/// Begins a session, under a number that nobody has had before, and returns its cookie.
async fn begin(bank: &Bank, name: String) -> anyhow::Result<HeaderValue> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|error| anyhow!("random octets: {error}"))?;
    let (id, now, lasts) = (hex(&id), now(), bank.session);
    let expires = now + lasts.as_secs();
    let cookie = signed_cookie::sign(&*bank.key, cookies::SESSION, &id, expires)?;
    let (now, expires) = (i64::try_from(now)?, i64::try_from(expires)?);
    bank.with(move |store| store.begin(&id, &name, now, expires))
        .await?;
    cookies::set(&cookie, lasts).ok_or_else(|| anyhow!("a cookie that no field can carry"))
}

// ANCHOR: local
/// Where `next` leads on this site, or to the first page if it leads elsewhere. A browser's
/// rules decide: `//evil.example` and `/\evil.example` are another host.
pub fn local(next: &str) -> String {
    let here = Url::parse("http://bank.invalid/").ok();
    let there = here.as_ref().and_then(|here| here.join(next).ok());
    match (here, there) {
        (Some(here), Some(there)) if there.origin() == here.origin() => {
            let path = there[url::Position::BeforePath..].to_owned();
            // A path with two slashes first would be a host if it stood alone.
            if path.starts_with("//") {
                "/".to_owned()
            } else {
                path
            }
        }
        _ => "/".to_owned(),
    }
}
// ANCHOR_END: local

async fn logout(
    visitor: Visitor,
    State(bank): State<Bank>,
    method: Method,
    body: Bytes,
) -> Result<Response, Failure> {
    bank.guard(&visitor, &method, &form(&body)?)?;
    bank.with(move |store| store.end(&visitor.session)).await?;
    let mut answer = see("/login");
    let gone = match bank.insecure {
        true => Some(HeaderValue::from_static("session=; Max-Age=0")),
        false => cookies::set("", std::time::Duration::ZERO),
    };
    answer
        .headers_mut()
        .extend(gone.map(|cookie| (SET_COOKIE, cookie)));
    Ok(answer)
}

// ANCHOR: payment
async fn pay(
    visitor: Visitor,
    State(bank): State<Bank>,
    method: Method,
    body: Bytes,
) -> Result<Response, Failure> {
    let form = form(&body)?;
    bank.guard(&visitor, &method, &form)?;
    let (payee, memo) = (field(&form, "payee", 100)?, field(&form, "memo", 200)?);
    let Some(cents) = money::parse(form.get("amount").unwrap_or_default()) else {
        let wrong = "An amount looks like 12.34, and is not zero.".to_owned();
        return refused(bank, visitor, &form, wrong).await;
    };
    let payer = visitor.name.clone();
    let paid = bank.with(move |store| store.pay(&payer, &payee, cents, &memo));
    match paid.await {
        // To be asked for with GET: who reloads that page does not pay again.
        Ok(id) => Ok(see(&format!("/?paid={id}"))),
        Err(error) => match error.downcast_ref::<Refusal>() {
            Some(refusal) => refused(bank, visitor, &form, refusal.to_string()).await,
            None => Err(error.into()),
        },
    }
}
// ANCHOR_END: payment

async fn refused(
    bank: Bank,
    visitor: Visitor,
    form: &Form,
    wrong: String,
) -> Result<Response, Failure> {
    let page = show(bank, visitor, form, Some(wrong)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn only_post() -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "POST")]).into_response()
}
