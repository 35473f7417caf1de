namespace DaprMemory.Core.Search;

/// <summary>One search: who may answer, what speaks for each, and why it was found.</summary>
internal sealed class SearchRun
{
    /// <summary>So many of the nearest vectors are looked at for each hit that is asked for.</summary>
    const int NearestOfHit = 10;

    const double RecencyHalfLifeDays = 30;
    const int None = -1;

    readonly IndexContents _index;
    readonly MemoryQuery _query;
    readonly SearchScratch _scratch;
    readonly Question _question;
    readonly VectorTable? _vectors;
    readonly VectorSpread _spread;

    public SearchRun(IndexContents index, MemoryQuery query, SearchScratch scratch)
    {
        (_index, _query, _scratch) = (index, query, scratch);
        scratch.Grow(index.Table.Slots, index.Table.Numbers);
        _question = Question.Read(query, index);
        _vectors = query.Mode == SearchMode.Keyword || query.Vector is null ? null : index.Vectors.Find(query.Vector.Value.Length, query.IsOfFormerModel);
        Mode = _vectors is null ? SearchMode.Keyword : query.Mode;
        if (Mode != SearchMode.Vector)
        {
            index.Scorer.Score(_question.Terms, scratch);
            AddTimely();
        }
        if (_vectors is not null)
            _spread = MeasureVectors(_vectors, query.Vector!.Value.Span);
    }

    /// <summary>By what it really finds.</summary>
    public SearchMode Mode { get; }

    /// <summary>The memories that may answer and that the filter allows.</summary>
    public IEnumerable<IndexedMemory> Candidates
    {
        get
        {
            foreach (var slot in _scratch.Candidates)
            {
                if (_index.Table.Memories[slot] is { } memory && IsAllowed(memory))
                    yield return memory;
            }
        }
    }

    public bool IsAllowed(IndexedMemory memory) => _query.Filter.Allows(memory.Document, _query.Now);

    /// <summary>Reads what speaks for a memory; <see cref="SearchSignal.Links"/> is left as it is.</summary>
    public void ReadSignals(IndexedMemory memory, Span<float> signals)
    {
        var (slot, table) = (memory.Slot, _index.Table);
        signals[(int)SearchSignal.Words] = _scratch.Words[slot];
        signals[(int)SearchSignal.Conversation] = table.ConversationOf[slot] is >= 0 and var number ? _scratch.ConversationWords[number] : _scratch.Words[slot];
        signals[(int)SearchSignal.Author] = IsByNamedAuthor(memory) ? 1 : 0;
        signals[(int)SearchSignal.TimeSaid] = Said(memory);
        signals[(int)SearchSignal.TimeTold] = Told(memory);
        signals[(int)SearchSignal.TimeAsked] = _question.AsksWhen && memory.Times.Length > 0 ? 1 : 0;
        signals[(int)SearchSignal.NameAsked] = _question.AsksName && HasName(memory) ? 1 : 0;
        signals[(int)SearchSignal.Questions] = memory.Questions;
        signals[(int)SearchSignal.Length] = memory.Length;
        signals[(int)SearchSignal.Vector] = Nearness(slot);
        signals[(int)SearchSignal.VectorAround] = Math.Max(Nearness(slot), Math.Max(Nearness(table.Before[slot]), Nearness(table.Behind[slot])));
        signals[(int)SearchSignal.Recency] = Recency(memory);
        signals[(int)SearchSignal.Importance] = (float)memory.Document.Importance;
    }

    /// <summary>The product of a memory's vector and the query's.</summary>
    public float ReadProduct(IndexedMemory memory) => _scratch.Nearness[memory.Slot];

    /// <summary>Why a memory was found.</summary>
    public MatchReasons Explain(IndexedMemory memory)
    {
        var reasons = Nearness(memory.Slot) >= 1 || Mode == SearchMode.Vector ? MatchReasons.Vector : MatchReasons.None;
        if (Mode == SearchMode.Vector)
            return reasons;
        reasons |= HoldsWord(memory) ? MatchReasons.Keyword : MatchReasons.None;
        reasons |= _index.Table.Neighbours(memory).Any(HoldsWord) ? MatchReasons.Context : MatchReasons.None;
        reasons |= IsByNamedAuthor(memory) ? MatchReasons.Author : MatchReasons.None;
        reasons |= Said(memory) > 0 || Told(memory) > 0 || _question.AsksWhen && memory.Times.Length > 0 ? MatchReasons.Time : MatchReasons.None;
        return reasons | (Recency(memory) > 0.5f ? MatchReasons.Recency : MatchReasons.None);
    }

    // Function words are reason enough only for a query that has no others.
    bool HoldsWord(IndexedMemory memory)
    {
        var onlyFunctionWords = _question.Terms.All(t => t.IsFunctionWord);
        return _question.Terms.Any(t => (onlyFunctionWords || !t.IsFunctionWord) && t.Terms.Any(memory.HasTerm));
    }

    // Who asks for a time wants what was said then, whatever the words.
    void AddTimely()
    {
        if (_question.Times.Count == 0)
            return;
        foreach (var slot in SlotsOfFilter())
        {
            if (_index.Table.Memories[slot] is { } memory && (Said(memory) > 0 || Told(memory) > 0))
                _scratch.AddCandidate(slot);
        }
    }

    VectorSpread MeasureVectors(VectorTable vectors, ReadOnlySpan<float> queryVector)
    {
        var spread = new VectorSpread();
        var query = vectors.Prepare(queryVector);
        for (var slot = 0; slot < _index.Table.Slots; slot++)
        {
            if (!vectors.Has(slot))
                continue;
            var product = vectors.Multiply(query, slot);
            _scratch.Nearness[slot] = product;
            spread.Add(product);
        }
        var nearest = new TopHits(Math.Max(100, NearestOfHit * _query.Limit));
        foreach (var slot in SlotsOfFilter())
        {
            // To look at the filter costs more than to look at the number.
            if (vectors.Has(slot) && nearest.MayTake(_scratch.Nearness[slot]) && _index.Table.Memories[slot] is { } memory && IsAllowed(memory))
                nearest.Add(memory, _scratch.Nearness[slot]);
        }
        foreach (var (memory, _) in nearest.Take())
            _scratch.AddCandidate(memory.Slot);
        return spread;
    }

    IEnumerable<int> SlotsOfFilter() => _query.Filter.Session is { } session
        ? _index.Table.FindConversation(session)?.Slots ?? []
        : Enumerable.Range(0, _index.Table.Slots);

    float Nearness(int slot) => slot != None && _vectors is not null && _vectors.Has(slot) ? (_scratch.Nearness[slot] - _spread.Mean) / _spread.Deviation : 0;

    bool IsByNamedAuthor(IndexedMemory memory) => _question.Authors.Contains(memory.Document.Agent, StringComparer.Ordinal);

    bool HasName(IndexedMemory memory)
    {
        foreach (var name in memory.Names)
        {
            if (!_index.Authors.IsNamed(name))
                return true;
        }
        return false;
    }

    float Said(IndexedMemory memory)
    {
        var best = 0f;
        foreach (var time in _question.Times)
            best = Math.Max(best, time.Covers(DaySpan.Day(memory.Day)));
        return best;
    }

    float Told(IndexedMemory memory)
    {
        var best = 0f;
        foreach (var time in _question.Times)
        {
            foreach (var told in memory.Times)
                best = Math.Max(best, time.Covers(told));
        }
        return best;
    }

    float Recency(IndexedMemory memory) => float.Exp2(-(float)(Math.Max(0, (_query.Now - memory.Document.At).TotalDays) / RecencyHalfLifeDays));
}
