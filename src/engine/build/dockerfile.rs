//! What ado has to know of the text of a Dockerfile: its first lines, and where it names images.

use indexmap::IndexMap;

/// Whether the Dockerfile asks for a builder of its own with `# syntax=`.
pub(in crate::engine) fn has_syntax(text: &str) -> bool {
    directives(text).any(|line| line.starts_with("#syntax="))
}

/// The Dockerfile with images in the place of the named contexts that it takes from: after `FROM`, in `--from=` of `COPY`
/// and in `from=` of a mount of `RUN`. Names in variables are left as they are.
pub(in crate::engine) fn with_images(text: &str, images: &IndexMap<String, String>) -> String {
    let escape = if directives(text).any(|line| line == "#escape=`") { "`" } else { "\\" };
    let mut place = Place::Keyword;
    let mut result = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with('#') || line.trim().is_empty() {
            result.push_str(line);
            continue;
        }
        for piece in line.split_inclusive(char::is_whitespace) {
            let word = piece.trim_end();
            if word.is_empty() || word == escape {
                result.push_str(piece);
            } else {
                result.push_str(&place.read(word, images));
                result.push_str(&piece[word.len()..]);
            }
        }
        if !line.trim_end().ends_with(escape) {
            place = Place::Keyword;
        }
    }
    result
}

/// The comment lines at the top without spaces, where directives stand.
fn directives(text: &str) -> impl Iterator<Item = String> {
    text.lines()
        .take_while(|line| line.trim_start().starts_with('#'))
        .map(|line| line.split_whitespace().collect::<String>().to_ascii_lowercase())
}

/// What the next word of an instruction is.
enum Place {
    /// The instruction's name.
    Keyword,
    /// A flag, or the first argument, of this instruction.
    Flags(String),
    /// Anything that names no image.
    Rest,
}

impl Place {
    fn read(&mut self, word: &str, images: &IndexMap<String, String>) -> String {
        let Place::Flags(keyword) = self else {
            if let Place::Keyword = self {
                *self = Place::Flags(word.to_ascii_uppercase());
            }
            return word.to_owned();
        };
        let image = |name: &str| images.get(&familiar(name)).map_or(name, String::as_str).to_owned();
        if let Some(name) = word.strip_prefix("--from=").filter(|_| keyword == "COPY") {
            return format!("--from={}", image(name));
        }
        if let Some(mount) = word.strip_prefix("--mount=").filter(|_| keyword == "RUN") {
            let options = mount.split(',').map(|option| match option.strip_prefix("from=") {
                Some(name) => format!("from={}", image(name)),
                None => option.to_owned(),
            });
            return format!("--mount={}", options.collect::<Vec<_>>().join(","));
        }
        if word.starts_with("--") {
            return word.to_owned();
        }
        let is_base = keyword == "FROM";
        *self = Place::Rest;
        if is_base { image(word) } else { word.to_owned() }
    }
}

/// A name as named contexts are compared by the newer builder (`github.com/moby/buildkit/frontend/dockerui`).
pub(in crate::engine) fn familiar(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let name = name.strip_prefix("docker.io/").unwrap_or(&name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    name.strip_suffix(":latest").unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_contexts_become_images_where_images_are_named() {
        let images = IndexMap::from([("base".to_owned(), "image:1".to_owned())]);
        let text = "# syntax-like comment: FROM base\nARG base\nFROM --platform=linux/amd64 Base:latest AS base\n\
                    COPY --chown=1 --from=base /a /b\nRUN --mount=type=cache,target=/x \\\n  # FROM base\n  \
                    --mount=from=base,target=/y \\\n  echo --from=base\nFROM other\nENTRYPOINT base\n";
        let expected = "# syntax-like comment: FROM base\nARG base\nFROM --platform=linux/amd64 image:1 AS base\n\
                        COPY --chown=1 --from=image:1 /a /b\nRUN --mount=type=cache,target=/x \\\n  # FROM base\n  \
                        --mount=from=image:1,target=/y \\\n  echo --from=base\nFROM other\nENTRYPOINT base\n";
        assert_eq!(with_images(text, &images), expected);
    }

    #[test]
    fn only_the_first_comments_are_directives() {
        assert!(has_syntax("# Syntax = docker/dockerfile:1\nFROM x\n"));
        assert!(!has_syntax("FROM x\n# syntax=docker/dockerfile:1\n"));
        let images = IndexMap::from([("b".to_owned(), "image".to_owned())]);
        assert_eq!(with_images("# escape=`\nCOPY `\n --from=b . .", &images), "# escape=`\nCOPY `\n --from=image . .");
    }
}
