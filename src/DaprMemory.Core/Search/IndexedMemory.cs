namespace DaprMemory.Core.Search;

/// <summary>A memory in an index, with what was read out of its text once.</summary>
internal sealed class IndexedMemory
{
    // Behind this many words a text is as long as it gets: what is longer is a document, not a better answer.
    const int LongText = 64;

    public IndexedMemory(MemoryDocument document, TokenizedText text, int[] terms)
    {
        Document = document;
        Terms = terms;
        Places = new int[terms.Length];
        Words = text.Tokens.Count;
        Day = DateOnly.FromDateTime(document.At.UtcDateTime);
        Times = TimeExpressions.Find(text, Day) is { Count: > 0 } times ? [.. times.Select(t => t.Span)] : [];
        Names = [.. text.Tokens.Where(t => t is { IsCapitalised: true, OpensSentence: false } && t.Word.Length > 1 && !Language.IsFunctionWord(t.Word)).Select(t => t.Word).Distinct()];
        Questions = text.Sentences == 0 ? 0 : (float)text.Questions / text.Sentences;
        Length = MathF.Log(1 + Math.Min(Words, LongText)) / MathF.Log(1 + LongText);
    }

    public MemoryDocument Document { get; }

    /// <summary>Where the index keeps it.</summary>
    public int Slot { get; set; }

    /// <summary>Its terms, in ascending order.</summary>
    public int[] Terms { get; }

    /// <summary>For each term, the place of its posting.</summary>
    public int[] Places { get; }

    /// <summary>How many words its text has.</summary>
    public int Words { get; }

    /// <summary>The conversation that it belongs to.</summary>
    public Conversation? Conversation { get; set; }

    /// <summary>The day on which it was said.</summary>
    public DateOnly Day { get; }

    /// <summary>The times that it tells of.</summary>
    public DaySpan[] Times { get; }

    /// <summary>The words in it that are written as names are.</summary>
    public string[] Names { get; }

    /// <summary>The share of questions in its sentences.</summary>
    public float Questions { get; }

    /// <summary>How long it is, from 0 to 1, logarithmically.</summary>
    public float Length { get; }

    public bool HasTerm(int term) => Array.BinarySearch(Terms, term) >= 0;

    public void MovePosting(int term, int place) => Places[Array.BinarySearch(Terms, term)] = place;
}
