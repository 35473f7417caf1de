using System.Diagnostics.CodeAnalysis;

namespace DaprMemory.Core.Search;

/// <summary>The terms of an index, each with the memories in which it stands. A term without memories is forgotten.</summary>
internal sealed class Vocabulary
{
    readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    readonly Stack<int> _free = new();
    string[] _terms = [];
    PostingList[] _postings = [];
    int _count;

    public IReadOnlyCollection<string> Terms => _ids.Keys;

    public PostingList this[int term] => _postings[term];

    public bool TryGet(string term, out int id) => _ids.TryGetValue(term, out id);

    public bool TryGet(string term, [NotNullWhen(true)] out PostingList? postings)
    {
        postings = _ids.TryGetValue(term, out var id) ? _postings[id] : null;
        return postings is not null;
    }

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
            }
        }
        _ids.Add(term, id);
        _terms[id] = term;
        _postings[id] = new PostingList();
        return id;
    }

    public void RemoveIfUnused(int id)
    {
        if (_postings[id].Count > 0)
            return;
        _ids.Remove(_terms[id]);
        _terms[id] = null!;
        _postings[id] = null!;
        _free.Push(id);
    }
}
