namespace DaprMemory.Core.Search;

/// <summary>The terms of an index, each with the memories in which it stands. A term without memories is forgotten.</summary>
internal sealed class Vocabulary
{
    readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    readonly Stack<int> _free = new();
    string[] _terms = [];
    PostingList[] _postings = [];
    ulong[] _shapes = [];
    int _count;

    public int Count => _ids.Count;

    public PostingList this[int term] => _postings[term];

    public bool TryGet(string term, out int id) => _ids.TryGetValue(term, out id);

    public int GetOrAdd(string term)
    {
        if (_ids.TryGetValue(term, out var id))
            return id;
        if (!_free.TryPop(out id))
        {
            id = _count++;
            if (id == _terms.Length)
            {
                Array.Resize(ref _terms, Math.Max(64, id * 2));
                Array.Resize(ref _postings, _terms.Length);
                Array.Resize(ref _shapes, _terms.Length);
            }
        }
        _ids.Add(term, id);
        _terms[id] = term;
        _postings[id] = new PostingList();
        _shapes[id] = Spelling.Shape(term);
        return id;
    }

    public void RemoveIfUnused(int id)
    {
        if (_postings[id].Count > 0)
            return;
        _ids.Remove(_terms[id]);
        _terms[id] = null!;
        _postings[id] = null!;
        _shapes[id] = 0;
        _free.Push(id);
    }

    /// <summary>The terms that a misspelled word may have meant: those with the fewest letters amiss, if these are few.</summary>
    public int[] FindNear(string word)
    {
        var allowed = Spelling.AllowedMistakes(word);
        if (allowed == 0)
            return [];
        var shape = Spelling.Shape(word);
        var near = new List<int>();
        for (var id = 0; id < _count; id++)
        {
            if (_terms[id] is not { } term || !Spelling.MayBeNear(shape, _shapes[id], allowed) || Math.Abs(term.Length - word.Length) > allowed)
                continue;
            var mistakes = Spelling.Distance(word, term, allowed);
            if (mistakes < allowed || near.Count == 0 && mistakes == allowed)
                near.Clear();
            if (mistakes > allowed)
                continue;
            allowed = mistakes;
            near.Add(id);
        }
        return [.. near];
    }
}
