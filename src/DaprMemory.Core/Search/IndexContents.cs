namespace DaprMemory.Core.Search;

/// <summary>What an index holds, and how it changes. Not for several threads.</summary>
internal sealed class IndexContents
{
    // What a memory, a word in it and a term take beside their letters, measured.
    const int BytesOfMemory = 450;
    const int BytesOfWord = 20;
    const int BytesOfTerm = 150;

    long _letters;
    long _words;

    public IndexContents(SearchOptions options)
    {
        Options = options;
        var weights = new NeighbourWeights(options);
        Table = new MemoryTable(weights);
        Scorer = new LexicalScorer(options, weights, Table, Vocabulary);
    }

    public SearchOptions Options { get; }

    public MemoryTable Table { get; }

    public Vocabulary Vocabulary { get; } = new();

    public AuthorDirectory Authors { get; } = new();

    public LinkTable Links { get; } = new();

    public VectorTables Vectors { get; } = new();

    public LexicalScorer Scorer { get; }

    public long EstimatedBytes =>
        (long)Table.Count * BytesOfMemory + _letters * sizeof(char) + _words * BytesOfWord + (long)Vocabulary.Count * BytesOfTerm + Vectors.EstimatedBytes;

    public void Put(MemoryDocument document, TokenizedText text, IReadOnlyList<string> terms)
    {
        var keepsVector = false;
        if (Table.Find(document.Id) is { } old)
        {
            // The slot that becomes free is the next to be taken, and the vector waits in it.
            keepsVector = string.Equals(old.Document.Text, document.Text, StringComparison.Ordinal);
            Remove(old, keepsVector);
        }
        Add(document, text, terms);
    }

    public void Remove(string id)
    {
        if (Table.Find(id) is { } memory)
            Remove(memory, keepVector: false);
    }

    void Add(MemoryDocument document, TokenizedText text, IReadOnlyList<string> terms)
    {
        var ids = new int[terms.Count];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = Vocabulary.GetOrAdd(terms[i]);
        Array.Sort(ids);
        var distinct = ids.Distinct().ToArray();
        var memory = new IndexedMemory(document, text, distinct);
        Table.Add(memory);
        Authors.Add(document.Agent);
        Links.Add(document);
        for (int i = 0, from = 0; i < distinct.Length; i++)
        {
            var to = from;
            while (to < ids.Length && ids[to] == distinct[i])
                to++;
            memory.Places[i] = Vocabulary[distinct[i]].Add(new PostingList.Posting(memory.Slot, to - from));
            from = to;
        }
        _letters += document.Text.Length;
        _words += distinct.Length;
    }

    void Remove(IndexedMemory memory, bool keepVector)
    {
        for (var i = 0; i < memory.Terms.Length; i++)
        {
            var term = memory.Terms[i];
            if (Vocabulary[term].RemoveAt(memory.Places[i], out var moved))
                Table.Memories[moved.Slot]!.MovePosting(term, memory.Places[i]);
            Vocabulary.RemoveIfUnused(term);
        }
        _letters -= memory.Document.Text.Length;
        _words -= memory.Terms.Length;
        if (!keepVector)
            Vectors.Clear(memory.Slot);
        Links.Remove(memory.Document);
        Authors.Remove(memory.Document.Agent);
        Table.Remove(memory);
    }
}
