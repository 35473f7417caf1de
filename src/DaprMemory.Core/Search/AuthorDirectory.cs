namespace DaprMemory.Core.Search;

/// <summary>The agents that have memories in an index, found by how a question names them.</summary>
internal sealed class AuthorDirectory
{
    readonly Dictionary<string, Author> _authors = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<Author>> _byWord = new(StringComparer.Ordinal);

    public void Add(string agent)
    {
        if (_authors.TryGetValue(agent, out var author))
        {
            author.Memories++;
            return;
        }
        _authors.Add(agent, author = new Author(agent));
        foreach (var word in author.Words.Distinct())
        {
            if (!_byWord.TryGetValue(word, out var named))
                _byWord.Add(word, named = []);
            named.Add(author);
        }
    }

    public void Remove(string agent)
    {
        var author = _authors[agent];
        if (--author.Memories > 0)
            return;
        _authors.Remove(agent);
        foreach (var word in author.Words.Distinct())
        {
            _byWord[word].Remove(author);
            if (_byWord[word].Count == 0)
                _byWord.Remove(word);
        }
    }

    /// <summary>Whether a word is part of an author's name.</summary>
    public bool IsNamed(string word) => _byWord.ContainsKey(word);

    /// <summary>Where in a question an author is named, from left to right; each word names at most one author.</summary>
    public List<AuthorMention> FindIn(TokenizedText question)
    {
        var mentions = new List<AuthorMention>();
        if (_authors.Count == 0)
            return mentions;
        var tokens = question.Tokens;
        // Who writes without capitals writes names without them, too.
        var hasCapitals = tokens.Any(t => t.IsCapitalised && !t.OpensSentence);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!_byWord.TryGetValue(tokens[i].Word, out var candidates))
                continue;
            Author? best = null;
            var length = 0;
            foreach (var author in candidates)
            {
                var named = author.CountNamedAt(tokens, i, hasCapitals, isOnlyOne: candidates.Count == 1);
                // Of two that fit, the one with the longer name; then any, but always the same one.
                if (named > length || named == length && named > 0 && string.CompareOrdinal(author.Agent, best!.Agent) < 0)
                    (best, length) = (author, named);
            }
            if (best is null)
                continue;
            mentions.Add(new AuthorMention(best.Agent, i, length));
            i += length - 1;
        }
        return mentions;
    }

    sealed class Author(string agent)
    {
        readonly bool _isWrittenSmall = !agent.Any(char.IsUpper);

        public string Agent { get; } = agent;

        public string[] Words { get; } = [.. Tokenizer.Read(agent).Tokens.Select(t => t.Word)];

        public int Memories { get; set; } = 1;

        // The whole name, or one capitalised word of it that no other author has.
        public int CountNamedAt(IReadOnlyList<Token> tokens, int start, bool hasCapitals, bool isOnlyOne)
        {
            if (start + Words.Length <= tokens.Count && Enumerable.Range(0, Words.Length).All(i => tokens[start + i].Word == Words[i])
                && (Words.Length > 1 || IsName(tokens[start], hasCapitals)))
                return Words.Length;
            return isOnlyOne && Words.Length > 1 && tokens[start] is { IsCapitalised: true } token && IsName(token, hasCapitals) ? 1 : 0;
        }

        // "Will", "will": a small word of the language is a name only where its capital says so.
        bool IsName(Token token, bool hasCapitals) => Language.IsFunctionWord(token.Word)
            ? token.IsCapitalised && !token.OpensSentence
            : token.Word.Length > 1 && (token.IsCapitalised || _isWrittenSmall || !hasCapitals);
    }
}
