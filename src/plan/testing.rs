//! A simulated Engine for tests of plans: what each step changes in what is observed, without any I/O.

use std::collections::{BTreeMap, BTreeSet};

use super::{Action, Plan, StepId, Subject, Target};
use crate::names::{ContainerId, ImageId, ImageRef, NetworkId, ServiceName};
use crate::observed::{Container, Health, Image, Mount, Network, Observed, Port, State, Volume};
use crate::project::{MountKind, Project, Replica, Service, hash};

/// An Engine and how many things it has made so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) observed: Observed,
    made: usize,
}

impl World {
    /// An Engine that has the images of a project.
    pub(crate) fn with_images(project: &Project) -> Self {
        let mut world = Self::default();
        for service in project.services.values() {
            world.put_image(&service.image);
        }
        world
    }

    /// Gives an image another content.
    pub(crate) fn put_image(&mut self, image: &ImageRef) {
        let id = ImageId::new(&format!("sha256:{}", self.next_id())).expect("a valid id");
        let volumes = BTreeSet::from(["/cache".to_owned()]);
        self.observed.images.insert(image.clone(), Image { id, volumes, health_check: false, age: None });
    }

    /// Does all steps.
    pub(crate) fn execute(&mut self, project: &Project, plan: &Plan) {
        self.execute_some(project, plan, |_| true);
    }

    /// Does the steps for which `wanted` holds and whose predecessors were done.
    pub(crate) fn execute_some(&mut self, project: &Project, plan: &Plan, mut wanted: impl FnMut(StepId) -> bool) {
        let mut done: BTreeMap<StepId, Option<ContainerId>> = BTreeMap::new();
        for (id, step) in plan.steps() {
            if step.after.iter().all(|earlier| done.contains_key(earlier)) && wanted(id) {
                let made = self.apply(project, &step.action, &done);
                done.insert(id, made);
            }
        }
    }

    /// A container by its name.
    pub(crate) fn container(&self, name: &str) -> &Container {
        let found = self.observed.containers.iter().find(|container| container.name.as_str() == name);
        found.unwrap_or_else(|| panic!("no container {name} in {:?}", self.names()))
    }

    /// The same, to change it.
    pub(crate) fn container_mut(&mut self, name: &str) -> &mut Container {
        let mut all = self.observed.containers.iter_mut();
        all.find(|container| container.name.as_str() == name).expect("a container of this name")
    }

    /// Names of all containers.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.observed.containers.iter().map(|container| container.name.as_str()).collect()
    }

    fn next_id(&mut self) -> String {
        self.made += 1;
        // The first twelve digits differ, as they do in practice: temporary names are made of them.
        format!("{:012x}{:052x}", self.made, 0)
    }

    fn apply(
        &mut self,
        project: &Project,
        action: &Action,
        done: &BTreeMap<StepId, Option<ContainerId>>,
    ) -> Option<ContainerId> {
        match action {
            Action::Pull { image, .. } | Action::Build { image, .. } => self.put_image(image),
            Action::CreateNetwork { key, name } => {
                let network = Network {
                    id: NetworkId::new(&self.next_id()).expect("a valid id"),
                    project: Some(project.name.to_string()),
                    key: Some(key.to_string()),
                    config_hash: Some(hash::network_hash(&project.networks[key])),
                    attached: BTreeSet::new(),
                };
                assert!(self.observed.networks.insert(name.to_string(), network).is_none(), "network {name} is there");
            }
            Action::RemoveNetwork { id, .. } if self.observed.duplicate_networks.iter().any(|one| one.id == *id) => {
                self.observed.duplicate_networks.retain(|one| one.id != *id);
            }
            Action::RemoveNetwork { name, .. } => {
                let in_use = |one: &&Container| one.state.is_running() && one.networks.contains_key(name.as_str());
                let user = self.observed.containers.iter().find(in_use);
                assert!(user.is_none(), "network {name} is in use by {user:?}");
                self.observed.networks.remove(name.as_str()).expect("the network is there");
            }
            Action::CreateVolume { key, name } => {
                let volume = Volume {
                    project: Some(project.name.to_string()),
                    key: Some(key.to_string()),
                    config_hash: Some(hash::volume_hash(&project.volumes[key])),
                };
                assert!(self.observed.volumes.insert(name.to_string(), volume).is_none(), "volume {name} is there");
            }
            Action::RemoveVolume { name } => {
                let mounts =
                    |one: &&Container| super::resources::mounted_volumes(one).any(|mounted| mounted == name.as_str());
                assert!(self.observed.containers.iter().find(mounts).is_none(), "volume {name} is in use");
                self.observed.volumes.remove(name.as_str());
            }
            Action::RemoveImage { image } => {
                self.observed.images.remove(image);
            }
            Action::Create { service, replica, references } => {
                for target in references.values() {
                    self.position(target, done);
                }
                return Some(self.create(project, project.service(service).expect("a known service"), replica));
            }
            action => self.apply_to_container(action, done),
        }
        None
    }

    fn apply_to_container(&mut self, action: &Action, done: &BTreeMap<StepId, Option<ContainerId>>) {
        let subject = action.subject().expect("an action on a container");
        let position = self.position(&subject.target, done);
        match action {
            Action::Remove { .. } => {
                self.observed.containers.remove(position);
                return;
            }
            Action::Rename { name, .. } => {
                assert!(!self.names().contains(&name.as_str()), "the name {name} is taken");
            }
            _ => {}
        }
        let networks = self.observed.networks.clone();
        let container = &mut self.observed.containers[position];
        match action {
            Action::Start(_) | Action::Restart { .. } | Action::Unpause(_) => run(container, &networks),
            Action::Stop { .. } | Action::Kill { .. } => container.state = State::Exited(0),
            Action::Pause(_) => container.state = State::Paused,
            Action::Rename { name, .. } => container.name = name.clone(),
            Action::Disconnect { network, .. } => {
                container.networks.remove(network.as_str());
            }
            Action::Connect { key, .. } => {
                let found = networks.iter().find(|(_, network)| network.key.as_deref() == Some(key.as_str()));
                let (name, network) = found.expect("the network is there");
                container.networks.insert(name.clone(), Some(network.id.clone()));
            }
            Action::Hook { .. } => assert!(container.state.is_running(), "a hook needs a running container"),
            Action::Await { .. } => {}
            other => panic!("{other} is not an action on a container"),
        }
    }

    fn position(&self, target: &Target, done: &BTreeMap<StepId, Option<ContainerId>>) -> usize {
        let id = match target {
            Target::Existing(id) => id.clone(),
            Target::Made(step) => done[step].clone().expect("the step made a container"),
        };
        let position = self.observed.containers.iter().position(|container| container.id == id);
        position.unwrap_or_else(|| panic!("no container {id}"))
    }

    fn create(&mut self, project: &Project, service: &Service, replica: &Replica) -> ContainerId {
        assert!(!self.names().contains(&replica.name.as_str()), "the name {} is taken", replica.name);
        let id = ContainerId::new(&self.next_id()).expect("a valid id");
        let networks = super::resources::networks_of(project, service);
        let networks: BTreeMap<_, _> = networks.map(|(_, network)| (network.name.to_string(), None)).collect();
        let missing = networks.keys().find(|name| !self.observed.networks.contains_key(*name));
        assert!(missing.is_none(), "network {missing:?} is not there");
        let mut container = Container {
            id: id.clone(),
            name: replica.name.clone(),
            service: service.name.clone(),
            number: replica.number,
            oneoff: replica.oneoff,
            config_hash: Some(replica.config_hash.clone()),
            config_fields: Some(replica.config_fields.clone()),
            replaces: replica.replaces.clone(),
            depends_on: service.depends_on.keys().cloned().collect(),
            bounds: BTreeMap::new(),
            image_id: self.observed.images.get(&service.image).expect("the image is there").id.clone(),
            image: service.image.to_string(),
            state: State::Created,
            status: String::new(),
            command: String::new(),
            created: 0,
            ports: Vec::new(),
            networks,
            mounts: BTreeMap::new(),
            labels: BTreeMap::new(),
        };
        container.ports = ports(service, replica, self.made);
        container.mounts = self.mounts(project, service, replica);
        self.observed.containers.push(container);
        self.observed
            .containers
            .sort_by(|left, right| (&left.service, left.number).cmp(&(&right.service, right.number)));
        id
    }

    fn mounts(&mut self, project: &Project, service: &Service, replica: &Replica) -> BTreeMap<String, Mount> {
        let mut mounts = BTreeMap::from([("/cache".to_owned(), Mount::Volume { name: self.next_id() })]);
        for mount in &service.volumes {
            if let MountKind::Volume { source, .. } = &mount.kind {
                let name = project.volumes[source].name.to_string();
                assert!(self.observed.volumes.contains_key(&name), "volume {name} is not there");
                mounts.insert(mount.target.clone(), Mount::Volume { name });
            }
        }
        let kept = replica.kept_volumes.iter();
        mounts.extend(kept.map(|(path, name)| (path.clone(), Mount::Volume { name: name.clone() })));
        mounts
    }
}

fn run(container: &mut Container, networks: &BTreeMap<String, Network>) {
    container.state = State::Running(Health::Healthy);
    for (name, id) in &mut container.networks {
        let there = networks.get(name).unwrap_or_else(|| panic!("network {name} is not there"));
        assert!(id.as_ref().is_none_or(|id| *id == there.id), "network {name} was replaced");
        *id = Some(there.id.clone());
    }
}

/// The Engine gives ports from 32768 on where none is asked for.
fn ports(service: &Service, replica: &Replica, made: usize) -> Vec<Port> {
    let chosen = 32_768 + u16::try_from(made).expect("a small test");
    let ports = service.ports.iter().map(|port| {
        let kept = replica.kept_ports.get(&(port.target, port.protocol.clone())).copied();
        let host = kept.or(port.published.map(|(first, _)| first)).unwrap_or(chosen);
        Port { target: port.target, protocol: port.protocol.clone(), published: Some(("0.0.0.0".to_owned(), host)) }
    });
    ports.collect()
}

/// A container of a plan by its service, for assertions.
pub(crate) fn subjects(plan: &Plan) -> BTreeSet<ServiceName> {
    let actions = plan.steps().map(|(_, step)| &step.action);
    actions.filter_map(|action| action.subject()).map(|Subject { service, .. }| service.clone()).collect()
}
