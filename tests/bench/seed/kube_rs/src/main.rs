//! Seeds planes with kube-rs: server-side apply, one pool of connections for all planes.
//! Usage as that of client_go/seed.go: seed URL PREFIX PLANES CONFIGMAPS CONCURRENCY
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;

use futures::{stream, StreamExt, TryStreamExt};
use hyper_util::client::legacy::{connect::HttpConnector, Client as HttpClient};
use hyper_util::rt::TokioExecutor;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::api::{Patch, PatchParams};
use kube::client::{Body, ConfigExt};
use kube::{Api, Client, Config};
use tower::ServiceBuilder;

type Failure = Box<dyn Error + Send + Sync>;

fn config_map(index: usize) -> ConfigMap {
    ConfigMap {
        metadata: ObjectMeta {
            name: Some(format!("settings-{index}")),
            namespace: Some("default".into()),
            ..Default::default()
        },
        data: Some(BTreeMap::from([
            ("key".into(), format!("value-{index}")),
            ("mode".into(), "training".into()),
        ])),
        ..Default::default()
    }
}

fn cpu_seconds() -> f64 {
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut usage) };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

async fn seed(url: String, token: String, connections: HttpClient<HttpConnector, Body>, objects: usize) -> Result<(), Failure> {
    let mut config = Config::new(url.parse()?);
    config.auth_info.token = Some(secrecy::SecretString::from(token));
    let service = ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .option_layer(config.auth_layer()?)
        .map_err(Failure::from)
        .service(connections);
    let config_maps: Api<ConfigMap> = Api::namespaced(Client::new(service, "default"), "default");
    let manager = PatchParams::apply("seed");
    for index in 0..objects {
        let object = config_map(index);
        let name = object.metadata.name.clone().unwrap_or_default();
        config_maps.patch(&name, &manager, &Patch::Apply(&object)).await?;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().collect();
    if words.len() != 6 {
        return Err("usage: seed URL PREFIX PLANES CONFIGMAPS CONCURRENCY".into());
    }
    let token = std::env::var("KPLANE_TOKEN").unwrap_or_default();
    let (base, prefix) = (&words[1], &words[2]);
    let (planes, objects, concurrency): (usize, usize, usize) = (words[3].parse()?, words[4].parse()?, words[5].parse()?);
    let connections: HttpClient<_, Body> = HttpClient::builder(TokioExecutor::new()).build(HttpConnector::new());
    let (begin, cpu) = (Instant::now(), cpu_seconds());
    stream::iter(0..planes)
        .map(|index| {
            let url = format!("{base}/clusters/{prefix}-{index:04}/control-plane");
            tokio::spawn(seed(url, token.clone(), connections.clone(), objects))
        })
        .buffer_unordered(concurrency)
        .map(|seeded| seeded.map_err(Failure::from).and_then(|outcome| outcome))
        .try_collect::<Vec<()>>()
        .await?;
    println!("{:.6} {:.6}", begin.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    Ok(())
}
