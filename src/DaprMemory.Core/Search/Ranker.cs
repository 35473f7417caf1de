namespace DaprMemory.Core.Search;

/// <summary>Finds the memories that may answer a question, and orders them by the weighted sum of what speaks for each.</summary>
internal sealed class Ranker(SearchOptions options, MemoryTable table, Vocabulary vocabulary, AuthorDirectory authors, LexicalScorer scorer)
{
    static readonly double HalfLifeDays = 30;

    public VectorTable? Vectors { get; set; }

    public List<(IndexedMemory Memory, float[] Signals)> Collect(MemoryQuery query, SearchScratch scratch)
    {
        var question = Question.Read(query, vocabulary, authors);
        scorer.Score(question.Terms, scratch);
        (sbyte[] Row, float Scale) vector = default;
        float mean = 0;
        if (query.Vector is { } v && Vectors is not null)
        {
            vector = Vectors.Prepare(v.Span);
            var tops = new PriorityQueue<int, float>();
            for (var slot = 0; slot < table.Slots; slot++)
            {
                if (!Vectors.Has(slot)) continue;
                var cos = Vectors.Multiply(vector, slot);
                mean += cos / Vectors.Count;
                tops.Enqueue(slot, cos);
                if (tops.Count > 100) tops.Dequeue();
            }
            foreach (var (slot, _) in tops.UnorderedItems)
                scratch.Find(slot);
        }
        if (question.Times.Count > 0)
            foreach (var m in table.Memories)
                if (m is not null && question.Times.Any(t => t.Covers(DaySpan.Day(m.Day)) > 0 || m.Times.Any(s => t.Covers(s) > 0)))
                    scratch.Find(m.Slot);
        var rows = new List<(IndexedMemory, float[])>();
        foreach (var slot in scratch.Found)
        {
            var memory = table.Memories[slot]!;
            if (!query.Filter.Allows(memory.Document, query.Now))
                continue;
            var s = new float[(int)SearchSignal.Links + 1];
            s[(int)SearchSignal.Words] = scratch.Words[slot];
            s[(int)SearchSignal.OwnWords] = scratch.OwnWords[slot];
            s[(int)SearchSignal.Conversation] = table.ConversationOf[slot] is >= 0 and var number ? scratch.Conversations[number] : 0;
            s[(int)SearchSignal.Author] = question.Authors.Contains(memory.Document.Agent) ? 1 : 0;
            foreach (var time in question.Times)
            {
                s[(int)SearchSignal.TimeSaid] = Math.Max(s[(int)SearchSignal.TimeSaid], time.Covers(DaySpan.Day(memory.Day)));
                foreach (var told in memory.Times)
                    s[(int)SearchSignal.TimeTold] = Math.Max(s[(int)SearchSignal.TimeTold], time.Covers(told));
            }
            s[(int)SearchSignal.TimeAsked] = question.AsksWhen && memory.Times.Length > 0 ? 1 : 0;
            s[(int)SearchSignal.NameAsked] = question.AsksName && memory.Names.Any(n => !authors.IsNamed(n)) ? 1 : 0;
            s[(int)SearchSignal.Questions] = memory.Questions;
            s[(int)SearchSignal.Length] = memory.Length;
            if (vector.Row is not null)
            {
                s[(int)SearchSignal.Vector] = Vectors!.Multiply(vector, slot) - mean;
                var b = table.Before[slot]; var a = table.Behind[slot];
                s[(int)SearchSignal.VectorAround] = (b >= 0 ? Vectors!.Multiply(vector, b) - mean : 0) ;
            }
            s[(int)SearchSignal.Recency] = (float)Math.Pow(0.5, Math.Max(0, (query.Now - memory.Document.At).TotalDays) / HalfLifeDays);
            rows.Add((memory, s));
        }
        return rows;
    }

    public List<MemoryHit> Search(MemoryQuery query, SearchScratch scratch)
    {
        var weights = options.Weights.Values;
        return [.. Collect(query, scratch).Select(r => (r.Memory, Sum: r.Signals.Zip(weights, (a, b) => a * b).Sum()))
            .OrderByDescending(r => r.Sum).Take(query.Limit).Select(r => new MemoryHit(r.Memory.Document, 1 / (1 + Math.Exp(-r.Sum - options.Weights.Bias)), MatchReasons.Keyword))];
    }
}
