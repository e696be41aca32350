//! The known word that a person may have meant.

/// The candidate that is nearest to what was written, if any is near enough.
pub fn nearest<'c>(written: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if written.len() > 64 {
        return None;
    }
    let limit = (written.chars().count() / 3).clamp(1, 3);
    let lower = written.to_lowercase().replace('-', "_");
    candidates
        .into_iter()
        .map(|candidate| (distance(&lower, candidate), candidate))
        .filter(|&(distance, candidate)| {
            distance <= limit || (candidate.len() > 3 && lower.len() > 3 && lower.strip_suffix('s') == Some(candidate))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be added, dropped, changed or swapped with their neighbour.
fn distance(one: &str, two: &str) -> usize {
    let one: Vec<char> = one.chars().collect();
    let two: Vec<char> = two.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=two.len()).collect();
    for (i, &a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &b) in two.iter().enumerate() {
            let mut best = (above[j] + usize::from(a != b)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a == two[j - 1] && one[i - 1] == b {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[two.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_mistakes_find_their_word() {
        let known = ["environment", "env_file", "image", "ports", "expose"];
        assert_eq!(nearest("enviroment", known), Some("environment"));
        assert_eq!(nearest("Image", known), Some("image"));
        assert_eq!(nearest("imgae", known), Some("image"));
        assert_eq!(nearest("port", known), Some("ports"));
        assert_eq!(nearest("kubernetes", known), None);
    }
}
